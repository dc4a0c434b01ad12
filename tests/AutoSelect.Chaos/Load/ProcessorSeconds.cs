using AutoSelect.Chaos.Cluster;

namespace AutoSelect.Chaos.Load;

/// <summary>Processor seconds of processes, those that have ended left out.</summary>
internal static class ProcessorSeconds
{
    private const double TicksPerSecond = 100;

    public static double Of(int? process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11]) + long.Parse(fields[12])) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Of all processes of a database server.</summary>
    public static double OfDatabase(DatabaseServer database) => database.Processes().Sum(p => Of(p));
}
