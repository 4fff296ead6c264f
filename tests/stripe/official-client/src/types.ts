// The types of Stripe's package that the stand-in's objects are held against.
// It must never describe a field itself.

import type Stripe from 'stripe';

/** One member for each kind of object. */
export interface Shapes {
  session: Stripe.Checkout.Session;
  intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  account: Stripe.Account;
  line: Stripe.LineItem;
  completed: Stripe.CheckoutSessionCompletedEvent;
  asyncSucceeded: Stripe.CheckoutSessionAsyncPaymentSucceededEvent;
  asyncFailed: Stripe.CheckoutSessionAsyncPaymentFailedEvent;
  expired: Stripe.CheckoutSessionExpiredEvent;
  intentSucceeded: Stripe.PaymentIntentSucceededEvent;
  intentProcessing: Stripe.PaymentIntentProcessingEvent;
  intentFailed: Stripe.PaymentIntentPaymentFailedEvent;
  chargeSucceeded: Stripe.ChargeSucceededEvent;
  chargeFailed: Stripe.ChargeFailedEvent;
  chargeRefunded: Stripe.ChargeRefundedEvent;
  refundCreated: Stripe.RefundCreatedEvent;
  refundUpdated: Stripe.RefundUpdatedEvent;
  refundFailed: Stripe.RefundFailedEvent;
  disputeCreated: Stripe.ChargeDisputeCreatedEvent;
  disputeClosed: Stripe.ChargeDisputeClosedEvent;
}

/** The member of `Shapes` for each event type. */
export const eventShapes: Record<string, keyof Shapes> = {
  'checkout.session.completed': 'completed',
  'checkout.session.async_payment_succeeded': 'asyncSucceeded',
  'checkout.session.async_payment_failed': 'asyncFailed',
  'checkout.session.expired': 'expired',
  'payment_intent.succeeded': 'intentSucceeded',
  'payment_intent.processing': 'intentProcessing',
  'payment_intent.payment_failed': 'intentFailed',
  'charge.succeeded': 'chargeSucceeded',
  'charge.failed': 'chargeFailed',
  'charge.refunded': 'chargeRefunded',
  'refund.created': 'refundCreated',
  'refund.updated': 'refundUpdated',
  'refund.failed': 'refundFailed',
  'charge.dispute.created': 'disputeCreated',
  'charge.dispute.closed': 'disputeClosed',
};
