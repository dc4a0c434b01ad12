using AutoSelect.Planning.JobFiles;
using AutoSelect.Providers;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>Reads a provider of kind slurm.</summary>
internal static class SlurmReader
{
    public static SlurmSettings? Read(YamlSection section)
    {
        var (name, place) = (ProviderReader.Name(section), ProviderReader.Place(section["device"]));
        var classes = ProviderReader.Classes(section, ProvidersFileKeys.SlurmClass, Class);
        var (configuration, programs) = (Words.Path(section["configuration"]), Words.Path(section["programs"]));
        var (folder, logs) = (Words.Path(section["folder"]) ?? "/", Words.Path(section["logs"]));
        var (notice, patience) = (Words.Time(section["notice"]), Words.Time(section["patience"]));
        return name is null ? null : new SlurmSettings
        {
            Name = name,
            Place = place,
            SlurmClasses = classes,
            Configuration = configuration,
            Options = (command, environment) => new SlurmOptions
            {
                Name = name,
                Command = command,
                Classes = classes,
                Environment = environment,
                Configuration = configuration,
                Programs = programs,
                Folder = folder,
                Logs = logs,
                Notice = notice ?? TimeSpan.FromSeconds(60),
                Patience = patience ?? TimeSpan.FromSeconds(30),
            },
        };
    }

    private static SlurmClass Class(YamlSection section, DeviceClass of) => new()
    {
        Device = of,
        Partition = section["partition"]?.Text(),
        Qos = section["qos"]?.Text(),
        Account = section["account"]?.Text(),
        Gres = section["gres"]?.Text(),
        Constraint = section["constraint"]?.Text(),
        Cpus = (int?)section["cpus"]?.Integer(1, int.MaxValue) ?? 1,
        Memory = section["memory"]?.Text(),
        Requeue = Words.Flag(section["requeue"]) ?? false,
    };
}
