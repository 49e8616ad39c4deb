package exos

// ReadManifest lets tests give package metadata directly.
func ReadManifest(data []byte) (title, publisher, level string, err error) {
	m, err := readManifest(data)
	return m.Title, m.Publisher, m.Level, err
}

// ReadSkills is what a package's manifest says of each exercise.
func ReadSkills(data []byte) (map[string][]string, error) {
	m, err := readManifest(data)
	return m.Skills, err
}
