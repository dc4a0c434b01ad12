using AutoSelect.Device;

return args switch
{
    ["inspect", var request] => Inspect.Run(request),
    ["serve", .. var options] => await Serve.Run(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        The process of one device; started by autoselect, or by whoever lends the device.
          AutoSelect.Device inspect REQUEST.json|-       prints what can be run here, as JSON lines
          AutoSelect.Device serve --device ID --kind cpu|cuda --index N --data FOLDER
              --server URL [--server URL ...]           the control side, by a key of role device:
                [--token-file FILE]                     its first line is the key; default $AUTOSELECT_TOKEN
                [--authority FILE]                      certificates (PEM) to trust in place of the system's
                [--certificate FILE [--certificate-key FILE]]   this device's own certificate (PEM)
              or --server-file FILE                     the api.json of a control process of this machine
              [--grace SECONDS]                         longest time without the control side, whatever it says
              [--parent PID]                            the control process that started this one
              [--registered-file FILE]                  made when the control side has taken the device
        Ends with 0 in order, 2 for a wrong option, 3 where the control side speaks another protocol, 4 where it does not let the device in.
        """);
    return ExitCodes.BadInput;
}
