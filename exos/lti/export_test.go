package lti

// Serves is serves, for tests.
func (p Platform) Serves(address string) bool { return p.serves(address) }
