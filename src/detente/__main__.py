from detente.doors.cli import main

raise SystemExit(main())
