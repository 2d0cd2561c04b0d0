"""``python -m gateway`` and the command ``congedo``."""

from gateway.cli.app import main

if __name__ == "__main__":
    main()
