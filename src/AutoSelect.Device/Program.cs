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
        The process of one device; started by the control side.
          AutoSelect.Device inspect REQUEST.json|-       prints what can be run here, as JSON lines
          AutoSelect.Device serve --control HOST:PORT --device ID --kind cpu|cuda --index N --data FOLDER
              [--grace SECONDS]                         longest time without the control side, whatever it says
              [--parent PID]                            the control process that started this one
              [--registered-file FILE]                  made when the control side has taken the device
        """);
    return 2;
}
