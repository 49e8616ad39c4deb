package db

// Travelling is how many writes wait for a convoy of PostgreSQL's, and how many convoys are on their way.
func (d *DB) Travelling() (waiting, under int) {
	d.convoy.mu.Lock()
	defer d.convoy.mu.Unlock()
	return len(d.convoy.waiting), d.convoy.under
}
