package store_test

import (
	"testing"

	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/store"
)

// Every index of SQLite's that begins with a school has its line of statistics (migration 20), and so have the other indexes of such a
// table: a planner that knows of one only takes that one.
func TestEveryIndexOfASchoolHasItsStatistics(t *testing.T) {
	t.Parallel()
	e := dbtest.Engines()[0]
	if e.Name != db.SQLite {
		t.Fatalf("the first engine is %s", e.Name)
	}
	d := e.Open(t, store.Migrations(), clock.System)
	rows, err := d.Pool().QueryContext(t.Context(), `
		select m.name, case i.origin when 'pk' then m.name else i.name end, (select count(*) from pragma_index_info(i.name)),
			coalesce((select length(s.stat) - length(replace(s.stat, ' ', '')) from sqlite_stat1 s
				where s.tbl = m.name and s.idx in (i.name, case i.origin when 'pk' then m.name else i.name end)), 0)
		from sqlite_schema m join pragma_index_list(m.name) i
		where m.type = 'table' and exists (select 1 from pragma_index_list(m.name) k
			where (select n.name from pragma_index_info(k.name) n where n.seqno = 0) = 'school'
				and (select count(*) from pragma_index_info(k.name)) > 1)
		order by 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var table, index string
		var columns, told int
		if err := rows.Scan(&table, &index, &columns, &told); err != nil {
			t.Fatal(err)
		}
		if seen++; told != columns {
			t.Errorf("%s (%s): the statistics speak of %d of its %d columns", index, table, told, columns)
		}
	}
	if err := rows.Err(); err != nil || seen < 30 {
		t.Errorf("%d indexes, %v", seen, err)
	}
}
