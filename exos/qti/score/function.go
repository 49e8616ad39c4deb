package score

import (
	"math"

	"pupitre/exos/qti/numeric"
	"pupitre/exos/qti/program"
)

func power(x, y float64) float64 { return numeric.Pow(x, y) }

// function is qti-math-operator (QTI 3.0.1 §3.5.5.13): NULL outside of its domain.
func (m *machine) function(e *program.Expr) program.Value {
	v := m.arg(e, 0)
	x, ok := v.Number()
	if !ok {
		return program.Null()
	}
	integer := v.Type() == program.Integer
	switch e.Text {
	case "abs":
		return real(math.Abs(x), integer)
	case "signum":
		return whole(signum(x))
	case "floor":
		return whole(math.Floor(x))
	case "ceil":
		return whole(math.Ceil(x))
	case "toDegrees":
		return real(float64(x*180)/math.Pi, false)
	case "toRadians":
		return real(float64(x*math.Pi)/180, false)
	case "atan2":
		y, ok := m.arg(e, 1).Number()
		if !ok {
			return program.Null()
		}
		return real(numeric.Atan2(x, y), false)
	}
	if f := elementary(e.Text); f != nil {
		return real(f(x), false)
	}
	return program.Null()
}

func signum(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0, NaN
}

func elementary(name string) func(float64) float64 {
	switch name {
	case "sin":
		return numeric.Sin
	case "cos":
		return numeric.Cos
	case "tan":
		return numeric.Tan
	case "sec":
		return numeric.Sec
	case "csc":
		return numeric.Csc
	case "cot":
		return numeric.Cot
	case "asin":
		return numeric.Asin
	case "acos":
		return numeric.Acos
	case "atan":
		return numeric.Atan
	case "asec":
		return func(x float64) float64 { return numeric.Acos(1 / x) }
	case "acsc":
		return func(x float64) float64 { return numeric.Asin(1 / x) }
	case "acot":
		return func(x float64) float64 { return numeric.Atan(1 / x) }
	case "sinh":
		return numeric.Sinh
	case "cosh":
		return numeric.Cosh
	case "tanh":
		return numeric.Tanh
	case "sech":
		return numeric.Sech
	case "csch":
		return numeric.Csch
	case "coth":
		return numeric.Coth
	case "log":
		return numeric.Log10
	case "ln":
		return numeric.Log
	case "exp":
		return numeric.Exp
	}
	return nil
}

// KnownFunction tells whether qti-math-operator has that name; used at import.
func KnownFunction(name string) bool {
	switch name {
	case "abs", "signum", "floor", "ceil", "toDegrees", "toRadians", "atan2":
		return true
	}
	return elementary(name) != nil
}

// stats is qti-stats-operator, over a container without gaps; samples need two members.
func stats(name string, v program.Value) program.Value {
	all := v.Scalars()
	if len(all) == 0 || v.Gap {
		return program.Null()
	}
	n, sum := float64(len(all)), 0.0
	for _, s := range all {
		if !s.Numeric() {
			return program.Null()
		}
		sum += s.Number()
	}
	mean, squares := sum/n, 0.0
	for _, s := range all {
		d := s.Number() - mean
		squares += float64(d * d)
	}
	switch name {
	case "mean":
		return real(mean, false)
	case "sampleVariance":
		return real(squares/(n-1), false)
	case "sampleSD":
		return real(math.Sqrt(squares/(n-1)), false)
	case "popVariance":
		return real(squares/n, false)
	case "popSD":
		return real(math.Sqrt(squares/n), false)
	}
	return program.Null()
}
