package history

import (
	"context"

	"pupitre/directory"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// Reopening finds what distributors ended and have opened again. licensing.Service satisfies it.
type Reopening interface {
	ListReopened(ctx context.Context, school directory.SchoolID) ([]licensing.Reopened, error)
}

// Reopened counts what may be given to those who had it: of the first act, for each is answered by itself.
func Reopened(r Reopening) hall.Notice {
	return func(ctx context.Context, school directory.SchoolID, _ *licensing.Mandate) (hall.Waiting, error) {
		list, err := r.ListReopened(ctx, school)
		if err != nil || len(list) == 0 {
			return hall.Waiting{}, err
		}
		out := hall.Waiting{Resource: list[0].Resource, Page: hall.UndoBelow(list[0].Act)}
		for _, x := range list {
			if x.Act == list[0].Act {
				out.N += x.Copies + x.Targets
			}
		}
		return out, nil
	}
}
