package exos

// ReadManifest lets tests give package metadata directly.
func ReadManifest(data []byte) (title, publisher, level string, err error) {
	m, err := readManifest(data)
	return m.Title, m.Publisher, m.Level, err
}
