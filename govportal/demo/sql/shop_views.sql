CREATE VIEW v_open_orders AS
SELECT o.order_id, o.customer_id, c.email, o.ordered_at, o.status, sum(i.line_total) + o.shipping_cost AS amount
FROM orders o
JOIN customers c USING (customer_id)
JOIN order_items i USING (order_id)
WHERE o.status IN ('open', 'paid')
GROUP BY o.order_id, c.email;
COMMENT ON VIEW v_open_orders IS 'Orders that still have to be paid or sent.';

CREATE VIEW v_customer_overview AS
SELECT c.customer_id, c.first_name || ' ' || c.last_name AS full_name, c.email, n.name AS country,
       count(DISTINCT o.order_id) AS orders, coalesce(sum(i.line_total), 0) AS revenue, max(o.ordered_at) AS last_order_at
FROM customers c
JOIN countries n ON n.code = c.country_code
LEFT JOIN orders o ON o.customer_id = c.customer_id AND o.status IS DISTINCT FROM 'cancelled'
LEFT JOIN order_items i ON i.order_id = o.order_id
GROUP BY c.customer_id, n.name;
COMMENT ON VIEW v_customer_overview IS 'The page that the call centre sees.';

CREATE VIEW v_late_shipments AS
SELECT s.shipment_id, s.order_id, o.customer_id, s.carrier, s.promised_on, s.delivered_at,
       s.delivered_at::date - s.promised_on AS days_late
FROM shipments s
JOIN orders o USING (order_id)
WHERE s.delivered_at::date > s.promised_on;
COMMENT ON VIEW v_late_shipments IS 'Parcels that arrived after the promised day.';

CREATE MATERIALIZED VIEW mv_product_ranking AS
SELECT p.product_id, p.sku, p.name, g.name AS category, sum(i.quantity) AS units, sum(i.line_total) AS revenue,
       rank() OVER (PARTITION BY g.name ORDER BY sum(i.line_total) DESC) AS place
FROM products p
JOIN categories g USING (category_id)
JOIN order_items i USING (product_id)
GROUP BY p.product_id, g.name;
COMMENT ON MATERIALIZED VIEW mv_product_ranking IS 'Best sellers of each category, refreshed at night.';
