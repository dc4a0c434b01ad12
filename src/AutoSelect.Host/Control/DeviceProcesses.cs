using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Control;

/// <summary>Ids of the device processes that a process has started, in a file for the one that follows it after a crash.</summary>
/// <param name="path">The file.</param>
internal sealed class DeviceProcesses(string path)
{
    private SortedDictionary<string, int> ids = Read(path);

    /// <summary>The process of a device as it was written down last; null where none was.</summary>
    public int? Find(DeviceId device) => ids.TryGetValue(device.Value, out var id) ? id : null;

    /// <summary>
    /// Writes the processes down. Where that fails, a process that follows a crash starts devices of its own: slower, not wrong.
    /// </summary>
    public void Write(IEnumerable<(DeviceId Device, int Process)> running)
    {
        ids = new(running.ToDictionary(r => r.Device.Value, r => r.Process), StringComparer.Ordinal);
        var unfinished = path + ".new";
        try
        {
            File.WriteAllText(unfinished, JsonSerializer.Serialize(ids, RecordJson.Options));
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(unfinished);
        }
    }

    /// <summary>None runs any more.</summary>
    public void Delete() => TryDelete(path);

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ids of processes that do not run any more are no one's devices.
        }
    }

    private static SortedDictionary<string, int> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SortedDictionary<string, int>>(File.ReadAllText(path), RecordJson.Options) ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
