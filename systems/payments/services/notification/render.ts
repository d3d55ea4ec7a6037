/** What a customer is told about. */
export interface NotificationRequest {
  readonly order: string;
  readonly kind: 'receipt' | 'refusal' | 'cancellation';
  readonly customer: { readonly name: string; readonly email: string };
  readonly items: readonly {
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
    readonly unitPrice: number;
  }[];
  readonly currency: string;
  readonly total: number;
  readonly acceptedAt: string;
  readonly reference: string | null;
  readonly reason: string | null;
}

const headings = {
  receipt: 'Receipt',
  refusal: 'Your payment was refused',
  cancellation: 'Your order was cancelled',
} as const;

/** The document for the customer. The same request gives the same text, byte for byte. */
export function render(request: NotificationRequest): string {
  const { order, kind, customer, items, currency, total, acceptedAt, reference, reason } = request;
  const money = moneyIn(currency);
  const lines = items.map(
    ({ sku, name, quantity, unitPrice }) =>
      `${quantity} × ${name} (${sku}) at ${money(unitPrice)}: ${money(quantity * unitPrice)}`,
  );
  const closing =
    kind === 'receipt'
      ? `Total paid: ${money(total)}\nPayment: ${reference ?? 'without reference'}`
      : `Total: ${money(total)}\nNothing was charged.${reason === null ? '' : ` ${reason}`}`;
  return `${headings[kind]}\n\nOrder ${order} of ${acceptedAt}\n${customer.name}\n\n${lines.join('\n')}\n\n${closing}\n`;
}

/** The subject of a message about it. */
export function subjectOf({ kind, order }: Pick<NotificationRequest, 'kind' | 'order'>): string {
  return `${headings[kind]}: order ${order}`;
}

/** Amounts in the smallest unit, shown with the currency's own number of decimals: two for EUR, none for JPY. */
function moneyIn(currency: string): (amount: number) => string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (amount) => format.format(amount / 10 ** digits).replace(/\s/gu, ' ');
}
