package workbook_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/internal/demo/workbook"
)

func TestPackageIsTheSameBytesEveryTime(t *testing.T) {
	t.Parallel()
	first, err := workbook.Package()
	if err != nil {
		t.Fatal(err)
	}
	second, err := workbook.Package()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two packages of the same sources differ")
	}
}

func TestManifestNamesEveryFileAndNoOther(t *testing.T) {
	t.Parallel()
	files := open(t)
	manifest := parse(t, "imsmanifest.xml", files["imsmanifest.xml"])
	got := []string{"imsmanifest.xml"}
	for _, resource := range manifest.all("resource") {
		hrefs := attributes(resource.all("file"), "href")
		if !slices.Contains(hrefs, resource.attrs["href"]) {
			t.Errorf("resource %s does not list its own file %s", resource.attrs["identifier"], resource.attrs["href"])
		}
		got = append(got, hrefs...)
	}
	slices.Sort(got)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(files)), got); diff != "" {
		t.Errorf("files of the package and of the manifest (-package +manifest):\n%s", diff)
	}
	known := attributes(manifest.all("resource"), "identifier")
	for _, ref := range attributes(manifest.all("dependency"), "identifierref") {
		if !slices.Contains(known, ref) {
			t.Errorf("the manifest depends on %s, which it does not declare", ref)
		}
	}
}

func TestWorkbookHasFourModulesOfSixExercises(t *testing.T) {
	t.Parallel()
	files := open(t)
	test := parse(t, "test.xml", files["test.xml"])
	var listed []string
	sections := test.all("qti-assessment-section")
	for _, section := range sections {
		refs := attributes(section.all("qti-assessment-item-ref"), "href")
		if len(refs) != 6 {
			t.Errorf("module %q has %d exercises, want 6", section.attrs["title"], len(refs))
		}
		listed = append(listed, refs...)
	}
	want := []string{"Les classes de mots", "Les fonctions dans la phrase", "Accorder sans se tromper", "Conjuguer\u00a0: les temps du récit"}
	if diff := cmp.Diff(want, attributes(sections, "title")); diff != "" {
		t.Errorf("titles of the modules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(items(t))), slices.Sorted(slices.Values(listed))); diff != "" {
		t.Errorf("exercises of the package and of the test (-package +test):\n%s", diff)
	}
}

func TestIdentifiersAreUnique(t *testing.T) {
	t.Parallel()
	files := open(t)
	seen := map[string]string{}
	claim := func(identifier, where string) {
		if before, taken := seen[identifier]; taken {
			t.Errorf("identifier %q in %s is already in %s", identifier, where, before)
		}
		seen[identifier] = where
	}
	manifest := parse(t, "imsmanifest.xml", files["imsmanifest.xml"])
	test := parse(t, "test.xml", files["test.xml"])
	for _, n := range test.all("qti-test-part", "qti-assessment-section", "qti-assessment-item-ref") {
		claim(n.attrs["identifier"], "test.xml")
	}
	for path, item := range items(t) {
		claim(item.attrs["identifier"], path)
		claim(item.attrs["title"], "the title of "+path)
	}
	for _, resource := range manifest.all("resource") {
		path := resource.attrs["href"]
		if got, want := resource.attrs["identifier"], parse(t, path, files[path]).attrs["identifier"]; got != want {
			t.Errorf("%s: resource %q, but the file says %q", path, got, want)
		}
	}
}
