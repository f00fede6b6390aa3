from django.db import migrations

# Level by level, each level one set-based statement: cycles end it, no path is followed twice, and the
# cost follows the edges returned. A recursive CTE enumerates paths and never returns on such graphs.
WALK = """
CREATE FUNCTION lineage_walk(start bigint[], down boolean, max_depth int, max_edges int, as_of timestamptz)
RETURNS TABLE(lvl int, srcs bigint[], dsts bigint[], jobs bigint[], truncated boolean)
LANGUAGE plpgsql STABLE ROWS 10 SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  front bigint[] := start;
  seen bigint[] := start;
  found int := 0;
BEGIN
  lvl := 0;
  truncated := false;
  WHILE front IS NOT NULL AND lvl < max_depth AND NOT truncated LOOP
    IF as_of IS NULL AND down THEN
      SELECT array_agg(s), array_agg(d), array_agg(j) INTO srcs, dsts, jobs FROM (
        SELECT source_id s, target_id d, job_id j FROM lineage_edge
         WHERE source_id = ANY(front) AND valid_to = '9999-12-31 00:00:00+00' LIMIT max_edges - found + 1) q;
    ELSIF as_of IS NULL THEN
      SELECT array_agg(s), array_agg(d), array_agg(j) INTO srcs, dsts, jobs FROM (
        SELECT source_id s, target_id d, job_id j FROM lineage_edge
         WHERE target_id = ANY(front) AND valid_to = '9999-12-31 00:00:00+00' LIMIT max_edges - found + 1) q;
    ELSIF down THEN
      SELECT array_agg(s), array_agg(d), array_agg(j) INTO srcs, dsts, jobs FROM (
        SELECT source_id s, target_id d, job_id j FROM lineage_edge
         WHERE source_id = ANY(front) AND valid_to > as_of AND valid_from <= as_of
         LIMIT max_edges - found + 1) q;
    ELSE
      SELECT array_agg(s), array_agg(d), array_agg(j) INTO srcs, dsts, jobs FROM (
        SELECT source_id s, target_id d, job_id j FROM lineage_edge
         WHERE target_id = ANY(front) AND valid_to > as_of AND valid_from <= as_of
         LIMIT max_edges - found + 1) q;
    END IF;
    EXIT WHEN srcs IS NULL;
    found := found + cardinality(srcs);
    truncated := found > max_edges;
    IF truncated THEN  -- one edge was asked for beyond the limit, only to know that there is more
      srcs := trim_array(srcs, 1);
      dsts := trim_array(dsts, 1);
      jobs := trim_array(jobs, 1);
    END IF;
    lvl := lvl + 1;
    RETURN NEXT;
    SELECT array_agg(id ORDER BY id) INTO front FROM (
      SELECT unnest(CASE WHEN down THEN dsts ELSE srcs END) id EXCEPT SELECT unnest(seen)) q;
    seen := seen || front;
  END LOOP;
END $$;
"""

# The nodes of a picture. A node reached straight down (way d) opens downwards until `downs` hops, and so
# upwards (u); the root (b) does both; any node opens where `opened` names it, and what is found
# against its way is sideways (x). Of each opened side the first neighbours are taken, oldest edge first.
SCENE = """
CREATE FUNCTION lineage_scene(root bigint, ups int, downs int, opened text[], limits jsonb, usual int,
                              most int, with_removed boolean, as_of timestamptz)
RETURNS TABLE(node bigint, hop int, way text)
LANGUAGE plpgsql STABLE ROWS 100 SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  ids bigint[] := ARRAY[root];
  hops int[] := ARRAY[0];
  ways text[] := ARRAY['b'];
  seen bigint[] := ARRAY[root];
BEGIN
  LOOP
    RETURN QUERY SELECT * FROM unnest(ids, hops, ways);
    EXIT WHEN cardinality(seen) >= most;
    SELECT array_agg(q.id ORDER BY q.rank), array_agg(q.hop ORDER BY q.rank), array_agg(q.way ORDER BY q.rank)
      INTO ids, hops, ways
      FROM (
        SELECT f.id, f.hop, f.way, row_number() OVER (ORDER BY abs(f.hop), f.place, f.nth) AS rank
          FROM (
            SELECT DISTINCT ON (s.id) s.* FROM (
              SELECT n.id, p.hop + 1 AS hop, CASE WHEN p.way IN ('b', 'd') THEN 'd' ELSE 'x' END AS way,
                     p.place * 2 AS place, n.nth
                FROM unnest(ids, hops, ways) WITH ORDINALITY AS p(id, hop, way, place),
                     LATERAL (
                       SELECT e.target_id AS id, row_number() OVER (ORDER BY min(e.valid_from), e.target_id) AS nth
                         FROM lineage_edge e JOIN catalog_asset a ON a.id = e.target_id
                        WHERE e.source_id = p.id AND e.valid_to > as_of AND e.valid_from <= as_of
                          AND (with_removed OR a.removed_at IS NULL)
                        GROUP BY e.target_id ORDER BY 2
                        LIMIT coalesce((limits ->> (p.id || 'd'))::int, usual)) n
               WHERE (p.way IN ('b', 'd') AND p.hop < downs) OR (p.id || 'd') = ANY(opened)
              UNION ALL
              SELECT n.id, p.hop - 1, CASE WHEN p.way IN ('b', 'u') THEN 'u' ELSE 'x' END, p.place * 2 + 1, n.nth
                FROM unnest(ids, hops, ways) WITH ORDINALITY AS p(id, hop, way, place),
                     LATERAL (
                       SELECT e.source_id AS id, row_number() OVER (ORDER BY min(e.valid_from), e.source_id) AS nth
                         FROM lineage_edge e JOIN catalog_asset a ON a.id = e.source_id
                        WHERE e.target_id = p.id AND e.valid_to > as_of AND e.valid_from <= as_of
                          AND (with_removed OR a.removed_at IS NULL)
                        GROUP BY e.source_id ORDER BY 2
                        LIMIT coalesce((limits ->> (p.id || 'u'))::int, usual)) n
               WHERE (p.way IN ('b', 'u') AND p.hop > -ups) OR (p.id || 'u') = ANY(opened)
            ) s
            WHERE s.id <> ALL(seen)
            ORDER BY s.id, abs(s.hop), s.place, s.nth
          ) f
        ORDER BY rank LIMIT most - cardinality(seen)
      ) q;
    EXIT WHEN ids IS NULL;
    seen := seen || ids;
  END LOOP;
END $$;
"""
FORGET = """
DROP FUNCTION lineage_scene(bigint, int, int, text[], jsonb, int, int, boolean, timestamptz);
DROP FUNCTION lineage_walk(bigint[], boolean, int, int, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("lineage", "0001_initial")]
    operations = [migrations.RunSQL(WALK + SCENE, FORGET)]
