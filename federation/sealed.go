package federation

// Close closes a secret of another part of the federation, for one name: what is moved under another name does not open.
func (s Seal) Close(plain []byte, name string) []byte { return s.close(plain, name) }

// Open is the inverse of Close. fault.Unavailable where it was closed by another key, or there is none.
func (s Seal) Open(kept []byte, name string) ([]byte, error) { return s.open(kept, name) }
