"""The SQL of the graph. Set-based statements; rows are sorted by key, so that writers never deadlock."""

DRAW = """
    INSERT INTO lineage_edge (source_id, target_id, job_id, kind, valid_from, valid_to)
    SELECT n.source, n.target, n.job, n.kind, min(n.since), %(forever)s
      FROM unnest(%(source)s::bigint[], %(target)s::bigint[], %(job)s::bigint[], %(kind)s::text[],
                  %(since)s::timestamptz[]) AS n(source, target, job, kind, since)
     WHERE NOT EXISTS (
           SELECT FROM lineage_edge e
            WHERE e.source_id = n.source AND e.target_id = n.target AND e.kind = n.kind
              AND e.job_id IS NOT DISTINCT FROM n.job
              AND e.valid_to = %(forever)s AND e.valid_from <= n.since)
     GROUP BY 1, 2, 3, 4
     ORDER BY 1, 2, 3, 4
    ON CONFLICT (source_id, target_id, job_id, kind) WHERE valid_to = '9999-12-31 00:00:00+00'
    DO UPDATE SET valid_from = least(lineage_edge.valid_from, excluded.valid_from)
    RETURNING source_id, target_id, xmax = 0
"""
DRAW_COLUMNS = """
    INSERT INTO lineage_columnedge
           (source_id, target_id, job_id, kind, transformation, subtype, masked, valid_from, valid_to)
    SELECT n.source, n.target, n.job, n.kind, n.transformation, n.subtype, n.masked, min(n.since), %(forever)s
      FROM unnest(%(source)s::bigint[], %(target)s::bigint[], %(job)s::bigint[], %(kind)s::text[],
                  %(since)s::timestamptz[], %(transformation)s::text[], %(subtype)s::text[],
                  %(masked)s::boolean[])
           AS n(source, target, job, kind, since, transformation, subtype, masked)
     WHERE NOT EXISTS (
           SELECT FROM lineage_columnedge e
            WHERE e.source_id = n.source AND e.target_id = n.target AND e.kind = n.kind
              AND e.job_id IS NOT DISTINCT FROM n.job
              AND e.transformation = n.transformation AND e.subtype = n.subtype AND e.masked = n.masked
              AND e.valid_to = %(forever)s AND e.valid_from <= n.since)
     GROUP BY 1, 2, 3, 4, 5, 6, 7
     ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (source_id, target_id, job_id, kind, transformation, subtype, masked)
          WHERE valid_to = '9999-12-31 00:00:00+00'
    DO UPDATE SET valid_from = least(lineage_columnedge.valid_from, excluded.valid_from)
"""
WALK = """
    SELECT lvl, srcs, dsts, jobs, truncated
      FROM lineage_walk(%(start)s, %(down)s, %(depth)s, %(most)s, %(at)s)
"""
SCENE = """
    SELECT node, hop, way
      FROM lineage_scene(%(root)s, %(up)s, %(down)s, %(opened)s, %(limits)s::jsonb,
                         %(usual)s, %(most)s, %(removed)s, %(at)s)
"""
# How many neighbours each node has on either side, seen or not.
DEGREES = """
    SELECT n.id, u.degree, d.degree
      FROM unnest(%(nodes)s::bigint[]) AS n(id),
           LATERAL (SELECT count(DISTINCT e.source_id) AS degree
                      FROM lineage_edge e JOIN catalog_asset a ON a.id = e.source_id
                     WHERE e.target_id = n.id AND e.valid_to > %(at)s AND e.valid_from <= %(at)s
                       AND (%(removed)s OR a.removed_at IS NULL)) u,
           LATERAL (SELECT count(DISTINCT e.target_id) AS degree
                      FROM lineage_edge e JOIN catalog_asset a ON a.id = e.target_id
                     WHERE e.source_id = n.id AND e.valid_to > %(at)s AND e.valid_from <= %(at)s
                       AND (%(removed)s OR a.removed_at IS NULL)) d
"""
