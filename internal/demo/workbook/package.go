package workbook

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"time"
)

//go:embed labo-grammaire-5e atelier
var sources embed.FS

// written is the date of every file in the package: a zip that depends on the day of the
// build would look like a new edition of the workbook.
var written = time.Date(2026, time.June, 15, 8, 0, 0, 0, time.UTC)

// Package is the workbook as a QTI 3 content package (zip). The same sources give the same
// bytes, files in the order of their names.
func Package() ([]byte, error) { return packed("labo-grammaire-5e") }

// Workshop is « L'atelier des gestes » as such a package: one small exercise for each
// interaction of QTI 3, with pictures of our own, for tests of whoever plays them.
func Workshop() ([]byte, error) { return packed("atelier") }

// packed makes a package of the folder root of the sources.
func packed(root string) ([]byte, error) {
	folder, err := fs.Sub(sources, root)
	if err != nil {
		return nil, fmt.Errorf("open the workbook %s: %w", root, err)
	}
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	// WalkDir goes in lexical order, which fixes the order of the archive.
	err = fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return add(archive, folder, path)
	})
	if err != nil {
		return nil, fmt.Errorf("pack the workbook %s: %w", root, err)
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("close the package of %s: %w", root, err)
	}
	return out.Bytes(), nil
}

func add(archive *zip.Writer, folder fs.FS, path string) error {
	content, err := fs.ReadFile(folder, path)
	if err != nil {
		return err
	}
	file, err := archive.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate, Modified: written})
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return err
}
