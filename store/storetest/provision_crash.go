package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/db"
)

// portraits are what imports write of a school, line by line: ids, days and instants left out, which no two databases have alike.
// Under no school at all stand persons who belong to none.
var portraits = []string{
	`select uai, name || '|' || town || '|' || nature || '|' || degree || '|' || digest || '|' || waiting from school`,
	`select s.uai, x.code || '|' || x.label || '|' || x.level from course x join school s on s.school = x.school`,
	`select s.uai, x.code || '|' || x.label from subject x join school s on s.school = x.school`,
	`select s.uai, c.code || '|' || c.kind || '|' || c.label || '|' || c.level || case when c.closed then '|closed' else '' end
		from cohort c join school s on s.school = c.school`,
	`select s.uai, g.code || '|' || c.code from cohort_within w join school s on s.school = w.school
		join cohort g on g.school = w.school and g.id = w.cohort join cohort c on c.school = w.school and c.id = w.class`,
	`select s.uai, p.external || '|' || p.family_name || '|' || p.given_name || '|' || p.mails || '|' || a.profile || '|' || a.level || '|' || a.courses
		|| '|' || a.subjects || '|' || a.posts || '|' || a.digest || case when a.until = '' then '' else '|left' end
		from attachment a join school s on s.school = a.school join person p on p.id = a.person`,
	`select s.uai, c.code || '|' || p.external || '|' || m.subjects from membership m join school s on s.school = m.school
		join cohort c on c.school = m.school and c.id = m.cohort join person p on p.id = m.person`,
	`select s.uai, p.external || '|' || m.state || '|' || m.source from assignment_manager m join school s on s.school = m.school join person p on p.id = m.person`,
	`select s.uai, j.verb || '|' || j.detail from journal j join school s on s.school = j.school`,
	`select s.uai, o.topic || '|' || coalesce(p.external, '') from outbox o join school s on s.school = o.school left join person p on p.id = o.person`,
	`select '', p.external from person p where not exists (select 1 from attachment a where a.person = p.id)
		and not exists (select 1 from assignment_manager m where m.person = p.id)`,
}

// Portraits sums up, of one moment, everything that imports have written of each school: rows, journal entries and facts. Two
// databases that took the same sets have the same.
func (w *World) Portraits() map[directory.UAI]string {
	w.TB.Helper()
	var lines map[directory.UAI][]string
	err := w.Store.DB.Read(context.Background(), func(ctx context.Context, t *db.Tx) error {
		lines = map[directory.UAI][]string{}
		for _, query := range portraits {
			if err := t.Each(ctx, query, nil, func(row db.Row) error {
				var uai directory.UAI
				var line string
				err := row.Scan(&uai, &line)
				lines[uai] = append(lines[uai], query+line)
				return err
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.TB.Fatal(err)
	}
	out := map[directory.UAI]string{}
	for uai, all := range lines {
		slices.Sort(all)
		sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
		out[uai] = hex.EncodeToString(sum[:])
	}
	return out
}
