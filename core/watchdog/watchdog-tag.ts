/** The tag of the instances on which State Manager installs the watchdog. Its value is the name of the cluster. */
export const WATCHDOG_TAG = 'restitch:watchdog';
