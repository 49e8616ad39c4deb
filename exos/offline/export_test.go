package offline

// Rules are the names of the rules of precedence, in their order.
func Rules() []string {
	var out []string
	for _, r := range precedence {
		out = append(out, r.name)
	}
	return out
}
