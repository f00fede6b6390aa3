SELECT 'revenue of the previous month' AS tile, round(o.revenue)::text AS value
FROM mart.v_company_overview o
WHERE o.month = (SELECT max(month) - INTERVAL '1 month' FROM mart.v_company_overview)
UNION ALL
SELECT 'parcels in time, previous month', round(100 * o.on_time_share, 1)::text || ' %'
FROM mart.v_company_overview o
WHERE o.month = (SELECT max(month) - INTERVAL '1 month' FROM mart.v_company_overview)
UNION ALL
SELECT 'best category of all time',
       (SELECT category FROM mart.monthly_revenue GROUP BY category ORDER BY sum(revenue) DESC LIMIT 1)
UNION ALL
SELECT 'customers in band A', count(*)::text FROM mart.customer_value WHERE band = 'A';
