package leadline

/*
#include "shim.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"unsafe"
)

// ZoneReader gives the TZif file (RFC 8536) of a time zone by its IANA name, and an error that is fs.ErrNotExist where
// there is none. It may be called from every goroutine that compiles, and must not call this package.
type ZoneReader func(name string) ([]byte, error)

// ZonesIn reads zones from a file system, such as os.DirFS("/usr/share/zoneinfo") or an embedded one.
func ZonesIn(files fs.FS) ZoneReader {
	return func(name string) ([]byte, error) {
		if !fs.ValidPath(name) {
			return nil, fs.ErrNotExist
		}
		return fs.ReadFile(files, name)
	}
}

var zones struct {
	sync.RWMutex
	read ZoneReader
}

// SetZones is for hosts without a zone database: it says where zone files come from, once, before the first calendar or
// model is compiled. ErrInUse otherwise. A reader that fails or panics makes what is compiled fail.
func SetZones(read ZoneReader) error {
	if read == nil {
		return errorOf(ErrArgument, "argument", "the reader of zones is nil")
	}
	zones.Lock()
	defer zones.Unlock()
	switch status := C.leadline_go_zones_set(); status {
	case C.LEADLINE_OK:
		zones.read = read
		return nil
	case C.LEADLINE_IN_USE:
		return errorOf(ErrInUse, "zones", "zones were set before, or something was compiled without")
	default:
		return errorOf(kindOf(int(status)), "zones", C.GoString(C.leadline_status_name(status)))
	}
}

func readZone(name string) (text []byte, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the reader of zones panicked: %v", problem)
		}
	}()
	zones.RLock()
	read := zones.read
	zones.RUnlock()
	return read(name)
}

//export leadlineGoReadZone
func leadlineGoReadZone(name *C.char, nameSize C.size_t, into *C.leadline_buffer) C.leadline_status {
	text, err := readZone(C.GoStringN(name, C.int(nameSize)))
	switch {
	case err == nil && len(text) != 0:
		return C.leadline_buffer_append(into, unsafe.Pointer(&text[0]), C.size_t(len(text)))
	case err == nil:
		return C.LEADLINE_OK
	case errors.Is(err, fs.ErrNotExist):
		return C.LEADLINE_NOT_FOUND
	}
	return C.LEADLINE_CALLBACK_FAILED
}
