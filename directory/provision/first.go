package provision

import (
	"context"
	"iter"
	"maps"
	"slices"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// Schools that come for the first time are most of an import's work. Each is planned while the one before it is being written, and its
// identities are written before the school itself.

// prepared is a school to be imported. One that comes for the first time has been planned already.
type prepared struct {
	model *model // nil where nothing changes
	plan  *plan
}

// prepared yields every school in order.
func (m *importing) prepared(ctx context.Context, standing map[directory.UAI]KnownSchool) iter.Seq2[prepared, error] {
	needed := func(at stagedSchool) need {
		k, ok := standing[at.uai]
		switch {
		case !ok:
			return everything
		case k.Digest != at.digest:
			return changes
		}
		return nothing
	}
	return func(yield func(prepared, error) bool) {
		for model, err := range m.staged.models(needed) {
			next := prepared{model: model}
			if err == nil && model != nil && standing[model.UAI].ID == "" && !m.options.DryRun {
				next.plan, err = m.first(ctx, model)
			}
			if !yield(next, err) {
				return
			}
		}
	}
}

// first plans a school that comes for the first time; nil where it is none after all.
func (m *importing) first(ctx context.Context, s *model) (*plan, error) {
	var out *plan
	err := m.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		p, outcome, err := m.compare(ctx, r, s, nil)
		if out = &p; outcome != Applied || !p.change.New {
			out = nil
		}
		return err
	})
	return out, err
}

// decided is the plan that a school came with, where it still holds, and a new one otherwise.
func (m *importing) decided(ctx context.Context, r Reader, s prepared, introduced map[directory.PersonID]bool) (plan, Outcome, error) {
	if s.plan != nil {
		if holds, err := m.holds(ctx, r, s); err != nil || holds {
			return *s.plan, Applied, err
		}
	}
	return m.compare(ctx, r, s.model, introduced)
}

// holds reports whether what a first plan takes for granted is still so: the school is not there, whom the
// project knew it knows, and whom the plan would introduce it does not.
func (m *importing) holds(ctx context.Context, r Reader, s prepared) (bool, error) {
	if _, err := r.School(ctx, s.model.UAI); !fault.Is(err, fault.NotFound) {
		return false, err
	}
	externals := slices.Collect(maps.Keys(s.plan.takes))
	for _, n := range s.plan.change.NewPersons {
		externals = append(externals, n.Person.External)
	}
	if len(externals) == 0 {
		return true, nil
	}
	now, err := r.Identify(ctx, m.staged.common.project, externals)
	return maps.Equal(now, s.plan.takes), err
}

// identitiesAtOnce is how many new identities one transaction writes.
const identitiesAtOnce = 500

// introduce writes the identities of a large school's first plan, a few hundred at a time, and takes them out of it: the school's own
// transaction, for which everybody else's writes may have to wait, is then about half as long. An identity is nowhere until it is
// attached; one that an import leaves behind is found by the next, as that of somebody known. Where another school's import has
// introduced one of them since, the plan is given up; whom it has introduced until then is returned.
func (m *importing) introduce(ctx context.Context, s *prepared) (map[directory.PersonID]bool, error) {
	if s.plan == nil || len(s.plan.change.NewPersons) <= identitiesAtOnce {
		return nil, nil
	}
	introduced := map[directory.PersonID]bool{}
	for part := range slices.Chunk(s.plan.change.NewPersons, identitiesAtOnce) {
		err := m.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			if err := w.Admit(ctx, m.staged.common.project); err != nil {
				return err
			}
			return w.Introduce(ctx, m.staged.common.project, part)
		})
		if fault.Is(err, fault.Conflict) {
			s.plan = nil
			return introduced, nil
		}
		if err != nil {
			return nil, err
		}
		for _, p := range part {
			introduced[p.ID] = true
		}
	}
	s.plan.change.NewPersons = nil
	return introduced, nil
}
