package exos_test

import (
	"testing"

	"pgregory.net/rapid"

	"pupitre/exos"
)

func TestSuccessIsBestMarksOverAllMaxima(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		maxima map[exos.ExerciseID]float64
		best   map[exos.ExerciseID]float64
		want   float64
	}{
		"nothing to earn":                       {nil, nil, 0},
		"nothing done":                          {map[exos.ExerciseID]float64{"a": 1, "b": 3}, nil, 0},
		"half of the points, not of the number": {map[exos.ExerciseID]float64{"a": 1, "b": 3}, map[exos.ExerciseID]float64{"b": 2}, 0.5},
		"all":                                   {map[exos.ExerciseID]float64{"a": 1, "b": 3}, map[exos.ExerciseID]float64{"a": 1, "b": 3}, 1},
		"an exercise without a mark":            {map[exos.ExerciseID]float64{"a": 1, "b": 0}, map[exos.ExerciseID]float64{"a": 1, "b": 5}, 1},
		"more than the maximum is the maximum":  {map[exos.ExerciseID]float64{"a": 1, "b": 1}, map[exos.ExerciseID]float64{"a": 5}, 0.5},
		"less than nothing is nothing":          {map[exos.ExerciseID]float64{"a": 1}, map[exos.ExerciseID]float64{"a": -2}, 0},
		"an exercise of another module":         {map[exos.ExerciseID]float64{"a": 1}, map[exos.ExerciseID]float64{"z": 1}, 0},
	} {
		if got := exos.Success(c.maxima, marks(c.best)); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func marks(best map[exos.ExerciseID]float64) map[exos.ExerciseID]exos.Mark {
	out := map[exos.ExerciseID]exos.Mark{}
	for e, b := range best {
		out[e] = exos.Mark{Exercise: e, Best: b}
	}
	return out
}

func TestSuccessIsAShareAndNeverFallsWithABetterMark(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.StringMatching("[a-e]")
		maxima := map[exos.ExerciseID]float64{}
		best := map[exos.ExerciseID]float64{}
		for range rapid.IntRange(0, 8).Draw(t, "n") {
			e := exos.ExerciseID(names.Draw(t, "e"))
			maxima[e] = rapid.Float64Range(0, 20).Draw(t, "max")
			best[e] = rapid.Float64Range(-5, 25).Draw(t, "best")
		}
		before := exos.Success(maxima, marks(best))
		e := exos.ExerciseID(names.Draw(t, "better"))
		best[e] += rapid.Float64Range(0, 5).Draw(t, "by")
		after := exos.Success(maxima, marks(best))
		if before < 0 || before > 1 || after < before-1e-12 {
			t.Errorf("%v then %v", before, after)
		}
	})
}
