"""The catalogue's reading contract as a team would write it with Flask and psycopg: the peer of the benchmark.

Also the test that a Python process can take the catalogue's place: it listens on PORT and reads DB_*.
"""

import os
import signal
import sys
from decimal import Decimal

from flask import Flask, jsonify, request
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

app = Flask(__name__)
app.json.sort_keys = False

pool = ConnectionPool(
    "",
    kwargs={
        "host": os.environ["DB_HOST"],
        "port": os.environ["DB_PORT"],
        "dbname": os.environ["DB_NAME"],
        "user": os.environ["DB_USERNAME"],
        "password": os.environ["DB_PASSWORD"],
        "row_factory": dict_row,
        "autocommit": True,
    },
    min_size=1,
    max_size=int(os.environ.get("DB_POOL_SIZE", "8")),
    open=False,
)


def connection():
    # Opened in each worker, after gunicorn has forked.
    pool.open()
    return pool.connection()


def product(row):
    return {**row, "price": float(row["price"])}


@app.get("/health")
def health():
    return jsonify(status="healthy", service="catalog", version="flask")


@app.get("/api/products")
def products():
    limit = min(max(int(request.args.get("limit", 50)), 1), 100)
    with connection() as db:
        rows = db.execute(
            "SELECT id, name, price, category FROM products ORDER BY id LIMIT %s", (limit,)
        ).fetchall()
    return jsonify(products=[product(row) for row in rows], count=len(rows))


@app.get("/api/products/<int:product_id>")
def one(product_id):
    with connection() as db:
        row = db.execute(
            "SELECT id, name, price, category FROM products WHERE id = %s", (product_id,)
        ).fetchone()
    if row is None:
        return jsonify(error="Product not found"), 404
    return jsonify(product(row))


@app.post("/api/products")
def create():
    body = request.get_json(silent=True) or {}
    if "name" not in body or "price" not in body:
        return jsonify(error="Missing required fields"), 400
    with connection() as db:
        row = db.execute(
            "INSERT INTO products (name, price, category) VALUES (%s, %s, %s)"
            " RETURNING id, name, price, category",
            (body["name"], Decimal(str(body["price"])), body.get("category", "General")),
        ).fetchone()
    return jsonify(product(row)), 201, {"Location": f"/api/products/{row['id']}"}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app.run(host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ["PORT"]), threaded=True)
