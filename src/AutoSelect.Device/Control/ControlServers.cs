using System.Collections.Immutable;
using AutoSelect.Client;

namespace AutoSelect.Device;

/// <summary>
/// Where the control side is: the servers that this process was told of, and those that they tell of. One of them is turned to at a time,
/// until it does not answer.
/// </summary>
internal sealed class ControlServers(ServeOptions options)
{
    private readonly Lock mutex = new();
    private ImmutableArray<ApiAddress> known = options.Servers;
    private int at;
    private int failures;

    /// <summary>The one to turn to.</summary>
    /// <exception cref="IOException">None is known.</exception>
    public ApiAddress Current
    {
        get
        {
            lock (mutex)
                return !known.IsEmpty ? known[at]
                    : throw new IOException($"No control process of this machine is named in {options.ServerFile}.");
        }
    }

    /// <summary>
    /// Looks where the control process of this machine is, where it is one: started anew, it has another port and another token.
    /// </summary>
    public void Refresh()
    {
        if (options.ServerFile is not { } path) return;
        var file = ApiFile.Read(path);
        lock (mutex) (known, at) = (file is null ? [] : [file.ToAddress()], 0);
    }

    /// <summary>It has answered.</summary>
    public void Worked()
    {
        lock (mutex) failures = 0;
    }

    /// <summary>It has not answered: the next one is turned to.</summary>
    /// <returns>True when all have failed since one has answered, once more: time to wait.</returns>
    public bool MoveOn()
    {
        lock (mutex)
        {
            if (known.IsEmpty) return true;
            at = (at + 1) % known.Length;
            return ++failures % known.Length == 0;
        }
    }

    /// <summary>
    /// Takes note of other servers of the cluster, to be turned to after those that this process was told of. They get its key, so they
    /// must have TLS: an address of loopback that another machine tells means somebody else here.
    /// </summary>
    public void Learn(ImmutableArray<Uri> others)
    {
        lock (mutex)
        {
            if (options.Servers.IsEmpty || others.IsDefaultOrEmpty) return;
            var current = known[at];
            var learned = others.Where(o => o.IsAbsoluteUri && o.Scheme == Uri.UriSchemeHttps).Select(current.WithServer);
            known = [.. options.Servers.Concat(learned).Append(current).Distinct()];
            at = known.IndexOf(current);
        }
    }
}
