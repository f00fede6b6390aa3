-- A release of the shop, after the portal has learnt to know it: something comes, something goes, something
-- is called otherwise. No view and no job of the pipeline reads what goes.
ALTER TABLE products ADD COLUMN origin_country char(2) REFERENCES countries;
COMMENT ON COLUMN products.origin_country IS 'Where it was made; asked of suppliers since the release.';
ALTER TABLE products DROP COLUMN attributes;
ALTER TABLE products ALTER COLUMN list_price TYPE numeric(12, 2);
ALTER TABLE products RENAME COLUMN discontinued TO is_discontinued;
ALTER TABLE stock_levels RENAME TO stock;
COMMENT ON TABLE support_tickets IS 'What customers wrote to the help desk, by topic.';
