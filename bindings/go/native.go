package leadline

/*
#cgo !leadline_system CFLAGS: -O2
#cgo !leadline_system CXXFLAGS: -std=c++20 -g0 -DNDEBUG
#cgo !leadline_system LDFLAGS: -lfmt -lre2 -lsimdjson
#cgo leadline_system CFLAGS: -DLEADLINE_GO_SYSTEM
#cgo leadline_system pkg-config: leadline-c

#include "shim.h"
*/
import "C"

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Version is the library's, such as "0.1.0".
func Version() string { return C.GoString(C.leadline_version()) }

func init() {
	if found := uint32(C.leadline_abi_version()); found != C.LEADLINE_ABI_VERSION {
		panic("leadline: the installed library has another interface than its header")
	}
}

// room is C memory in which a call leaves what it gives. It is freed by its finalizer, or before by close: nothing else
// of Go's refers to it than its owner, so that no cycle keeps the finalizer from running.
type room struct {
	c *C.leadline_go_room
	// 0 free, 1 in use, 2 closed.
	state int32
}

func newRoom() (*room, error) {
	made := C.leadline_go_room_create()
	if made == nil {
		return nil, errorOf(ErrOutOfMemory, "memory", "there is no memory left")
	}
	out := &room{c: made}
	runtime.SetFinalizer(out, (*room).end)
	return out, nil
}

func (r *room) end() { C.leadline_go_room_free(C.leadline_go_at(uintptr(unsafe.Pointer(r.c)))) }

func (r *room) at() C.leadline_go_at { return C.leadline_go_at(uintptr(unsafe.Pointer(r.c))) }

// take holds the room for one call; give lets it go. What a call hands to C is taken out of r.c, so that r must live
// until give.
func (r *room) take() error {
	if r == nil {
		return errClosed()
	}
	if atomic.CompareAndSwapInt32(&r.state, 0, 1) {
		return nil
	}
	if atomic.LoadInt32(&r.state) == 2 {
		return errClosed()
	}
	return errBusy()
}

func (r *room) give() {
	atomic.StoreInt32(&r.state, 0)
}

// close ends what the room holds; once closed it does nothing.
func (r *room) close() error {
	if r == nil {
		return nil
	}
	if !atomic.CompareAndSwapInt32(&r.state, 0, 2) {
		if atomic.LoadInt32(&r.state) == 2 {
			return nil
		}
		return errBusy()
	}
	runtime.SetFinalizer(r, nil)
	r.end()
	r.c = nil
	return nil
}

// problem is the error that the latest call left.
func (r *room) problem(status C.leadline_status) *Error {
	from := &r.c.error
	return &Error{
		Code:    C.GoString(&from.code[0]),
		Message: C.GoString(&from.message[0]),
		Pointer: C.GoString(&from.pointer[0]),
		Line:    int(from.line),
		Column:  int(from.column),
		Offset:  int(from.offset),
		Size:    int(from.size),
		kind:    kindOf(int(status)),
	}
}

// content copies what stands in one of the buffers.
func (r *room) content(which int) []byte {
	size := uint64(r.c.content_sizes[which])
	out := make([]byte, size)
	copy(out, bytesAt(unsafe.Pointer(r.c.contents[which]), size))
	return out
}

// withDiagnostics is the problem of what was compiled.
func (r *room) withDiagnostics(status C.leadline_status) *Error {
	out := r.problem(status)
	if listed, err := diagnosticsOf(r.content(1)); err == nil {
		out.Diagnostics = listed
	}
	return out
}

// rooms serve calls of what many goroutines share.
var rooms sync.Pool

func borrow() (*room, error) {
	if known, ok := rooms.Get().(*room); ok {
		return known, nil
	}
	return newRoom()
}

// shared is a handle that never changes, of models, calendars and conditions. Whoever uses it while it is closed
// finishes: the last one frees it.
type shared struct {
	handle C.leadline_go_at
	free   func(C.leadline_go_at)
	// 1 for the owner and one for each that uses it.
	users  int64
	closed int32
}

func newShared(made unsafe.Pointer, free func(C.leadline_go_at)) *shared {
	out := &shared{handle: C.leadline_go_at(uintptr(made)), free: free, users: 1}
	runtime.SetFinalizer(out, (*shared).close)
	return out
}

func (s *shared) take() error {
	if s == nil {
		return errClosed()
	}
	for {
		users := atomic.LoadInt64(&s.users)
		if users <= 0 || atomic.LoadInt32(&s.closed) != 0 {
			return errClosed()
		}
		if atomic.CompareAndSwapInt64(&s.users, users, users+1) {
			return nil
		}
	}
}

func (s *shared) give() {
	if atomic.AddInt64(&s.users, -1) == 0 {
		s.free(s.handle)
	}
}

func (s *shared) close() {
	if s != nil && atomic.CompareAndSwapInt32(&s.closed, 0, 1) {
		s.give()
	}
}

// --- Texts without copies ---

type textHeader struct {
	data unsafe.Pointer
	size int
}

// chars is where a text's bytes begin. C never keeps it.
func chars(text string) *C.char { return (*C.char)((*textHeader)(unsafe.Pointer(&text)).data) }

func charsOf(text []byte) *C.char {
	if len(text) == 0 {
		return nil
	}
	return (*C.char)(unsafe.Pointer(&text[0]))
}

func size(text string) C.size_t { return C.size_t(len(text)) }

func sizeOf(text []byte) C.size_t { return C.size_t(len(text)) }

// textAt is a text in memory that never changes.
func textAt(data unsafe.Pointer, size int) string {
	header := textHeader{data, size}
	return *(*string)(unsafe.Pointer(&header))
}

func bytesAt(data unsafe.Pointer, size uint64) []byte {
	if size == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(data), size)
}

func copied(text C.leadline_text) string { return C.GoStringN(text.data, C.int(text.size)) }
