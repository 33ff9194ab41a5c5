//go:build go1.23

package leadline_test

import (
	"testing"

	"leadline"
)

func TestIterators(t *testing.T) {
	engine := newEngine(t)
	first, err := engine.ApplyAll(func(yield func(leadline.Event) bool) {
		for _, event := range events() {
			if !yield(event) {
				return
			}
		}
	})
	must(t, err)
	last, err := engine.Advance(end)
	must(t, err)
	equal(t, told(first, last), wanted(t))
	count := 0
	for each := range first.All() {
		if each.Seq == 0 {
			t.Error("a decision without a number")
		}
		if count++; count == 3 {
			break
		}
	}
	equal(t, count, 3)
}

func TestAnIteratorThatPanicsLeavesTheEngineAsItWas(t *testing.T) {
	engine := newEngine(t)
	before, err := engine.Digest()
	must(t, err)
	func() {
		defer func() { equal(t, recover() == "in the iterator", true) }()
		_, _ = engine.ApplyAll(func(yield func(leadline.Event) bool) {
			yield(events()[0])
			panic("in the iterator")
		})
	}()
	after, err := engine.Digest()
	must(t, err)
	equal(t, before, after)
	_, err = engine.Apply(events())
	must(t, err)
}
