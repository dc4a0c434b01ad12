using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Control;

/// <summary>Ports of a control process and the device processes it started; survives it in a file.</summary>
internal sealed record ControlEndpoint
{
    public required int SiloPort { get; init; }
    public required int GatewayPort { get; init; }

    /// <summary>Where both listen; default loopback.</summary>
    [JsonIgnore]
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Where device processes find the control side.</summary>
    [JsonIgnore]
    public string Gateway => new IPEndPoint(Address, GatewayPort).ToString();

    /// <summary>Process ids of device processes by device id.</summary>
    public SortedDictionary<string, int> Devices { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The endpoint of the process before, when device processes still wait for it there; else a new one.</summary>
    public static ControlEndpoint For(ControlPaths paths)
    {
        if (Read(paths) is { } before)
        {
            bool IsAlive(KeyValuePair<string, int> known) => DeviceExecutable.IsDeviceProcess(known.Value, known.Key, before.Gateway);
            var alive = before.Devices.Where(IsAlive).ToDictionary();
            if (alive.Count > 0 && IsFree(before.SiloPort) && IsFree(before.GatewayPort))
                return before with { Devices = new(alive, StringComparer.Ordinal) };
        }
        return new ControlEndpoint { SiloPort = FreePort(), GatewayPort = FreePort() };
    }

    /// <summary>The same at an address and ports that the user asks for, where he does.</summary>
    public static ControlEndpoint For(ControlPaths paths, IPAddress address, int? siloPort, int? gatewayPort)
    {
        var before = For(paths);
        return before with
        {
            Address = address,
            SiloPort = siloPort ?? before.SiloPort,
            GatewayPort = gatewayPort ?? before.GatewayPort,
        };
    }

    /// <summary>
    /// Writes the file anew. Where that fails, a process that follows a crash starts devices of its own: slower, not wrong.
    /// </summary>
    public void Write(ControlPaths paths)
    {
        var temporary = paths.Endpoint + ".new";
        try
        {
            File.WriteAllText(temporary, JsonSerializer.Serialize(this, RecordJson.Options));
            File.Move(temporary, paths.Endpoint, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(temporary);
        }
    }

    private static ControlEndpoint? Read(ControlPaths paths)
    {
        try
        {
            return JsonSerializer.Deserialize<ControlEndpoint>(File.ReadAllText(paths.Endpoint), RecordJson.Options);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
