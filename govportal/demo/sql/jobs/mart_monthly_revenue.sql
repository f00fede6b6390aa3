TRUNCATE mart.monthly_revenue;

INSERT INTO mart.monthly_revenue (month, category, orders, units, revenue)
SELECT date_trunc('month', o.ordered_on)::date,
       p.category,
       count(DISTINCT o.order_id),
       sum(i.quantity),
       sum(i.line_total)
FROM core.fct_order o
JOIN staging.shop_order_items i ON i.order_id = o.order_id
JOIN staging.shop_products p ON p.product_id = i.product_id
GROUP BY 1, 2;
