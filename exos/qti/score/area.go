package score

import "pupitre/exos/qti/program"

// mapPoints is qti-map-response-point: each area counts once, however many points it has;
// a point in no area earns the default (QTI 3.0.1 §3.5.1.7).
func mapPoints(area *program.AreaMapping, v program.Value) program.Value {
	if area == nil {
		return program.Real(0)
	}
	sum := 0.0
	used := make([]bool, len(area.Entries))
	for _, s := range v.Scalars() {
		found := false
		for i := range area.Entries {
			if inside(&area.Entries[i].Area, s) {
				if !used[i] {
					sum += area.Entries[i].Value
				}
				used[i], found = true, true
				break
			}
		}
		if !found {
			sum += area.Default
		}
	}
	return program.Real(clamped(sum, area.Lower, area.Upper))
}

// inside tells whether a point lies in an area, its border included.
func inside(a *program.Area, s program.Scalar) bool {
	if s.Type != program.Point {
		return false
	}
	x, y, c := float64(s.Int), float64(s.Y), a.Coords
	switch {
	case a.Shape == program.WholeArea:
		return true
	case a.Shape == program.Rect && len(c) >= 4:
		return x >= min(c[0], c[2]) && x <= max(c[0], c[2]) && y >= min(c[1], c[3]) && y <= max(c[1], c[3])
	case a.Shape == program.Circle && len(c) >= 3:
		dx, dy := x-c[0], y-c[1]
		return float64(dx*dx)+float64(dy*dy) <= float64(c[2]*c[2])
	case a.Shape == program.Ellipse && len(c) >= 4 && c[2] > 0 && c[3] > 0:
		dx, dy := (x-c[0])/c[2], (y-c[1])/c[3]
		return float64(dx*dx)+float64(dy*dy) <= 1
	case a.Shape == program.Poly && len(c) >= 6:
		return insidePolygon(x, y, c)
	}
	return false
}

// insidePolygon counts the sides that a ray to the right crosses; a point on a side is in.
func insidePolygon(x, y float64, c []float64) bool {
	in := false
	n := len(c) / 2
	for i, j := 0, n-1; i < n; j, i = i, i+1 {
		x1, y1, x2, y2 := c[2*i], c[2*i+1], c[2*j], c[2*j+1]
		cross := float64((x-x1)*(y2-y1)) - float64((y-y1)*(x2-x1))
		if cross == 0 && x >= min(x1, x2) && x <= max(x1, x2) && y >= min(y1, y2) && y <= max(y1, y2) {
			return true
		}
		if (y1 > y) != (y2 > y) && x < float64((x2-x1)*(y-y1))/(y2-y1)+x1 {
			in = !in
		}
	}
	return in
}
