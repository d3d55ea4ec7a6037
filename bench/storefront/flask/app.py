"""The checkout as a team would write it with Flask and SQLAlchemy: the peer of the benchmark.

The same tables, the same rows written, the same answers. It is spared the session: the buyer stands in a header.
"""

import hashlib
import json
import os
from datetime import datetime

from flask import Flask, jsonify, request
from sqlalchemy import BigInteger, ForeignKey, String, create_engine, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Flask(__name__)
url = os.environ["DB_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
engine = create_engine(url, pool_size=int(os.environ.get("DB_POOL_SIZE", "5")), max_overflow=0)


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price_cents: Mapped[int]


class Stock(Base):
    __tablename__ = "stock"
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    available: Mapped[int]


class CartItem(Base):
    __tablename__ = "cart_items"
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    product_id: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    idempotency_key: Mapped[str] = mapped_column(String)
    fingerprint: Mapped[str] = mapped_column(String)
    total_cents: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=datetime.utcnow)


class OrderItem(Base):
    __tablename__ = "order_items"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    quantity: Mapped[int]
    price_cents: Mapped[int]


class Charge(Base):
    __tablename__ = "charges"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    amount_cents: Mapped[int] = mapped_column(BigInteger)


@app.get("/health")
def health():
    return jsonify(status="healthy", service="webapp", version="flask")


@app.post("/api/checkout")
def checkout():
    user = int(request.headers["x-user"])
    key = request.headers["idempotency-key"]
    items = sorted((item["product"], item["quantity"]) for item in request.get_json()["items"])
    fingerprint = hashlib.sha256(json.dumps(items).encode()).hexdigest()
    with Session(engine) as session, session.begin():
        before = session.scalar(select(Order).where(Order.user_id == user, Order.idempotency_key == key))
        if before is not None:
            if before.fingerprint != fingerprint:
                return jsonify(error="key reused"), 422
            return jsonify(order=str(before.id), total=before.total_cents / 100), 200
        ids = [product for product, _ in items]
        rows = session.execute(
            select(Product, Stock)
            .join(Stock, Stock.product_id == Product.id)
            .where(Product.id.in_(ids))
            .order_by(Product.id)
            .with_for_update(of=Stock)
        ).all()
        if len(rows) < len(items):
            return jsonify(error="unknown product"), 422
        if any(stock.available < quantity for (_, stock), (_, quantity) in zip(rows, items)):
            return jsonify(error="sold out"), 409
        total = sum(product.price_cents * quantity for (product, _), (_, quantity) in zip(rows, items))
        order = Order(user_id=user, idempotency_key=key, fingerprint=fingerprint, total_cents=total)
        session.add(order)
        session.flush()
        for (product, stock), (_, quantity) in zip(rows, items):
            stock.available -= quantity
            session.add(
                OrderItem(
                    order_id=order.id,
                    product_id=product.id,
                    name=product.name,
                    quantity=quantity,
                    price_cents=product.price_cents,
                )
            )
        session.add(Charge(order_id=order.id, user_id=user, amount_cents=total))
        session.execute(delete(CartItem).where(CartItem.user_id == user, CartItem.product_id.in_(ids)))
        answer = {"order": str(order.id), "total": total / 100}
    return jsonify(answer), 201
