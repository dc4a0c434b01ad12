using System.Text;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using AutoSelect.Providers;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>
/// The API key of borrowed devices, in a file that only its owner can read, under the folder that all devices see. It lets them speak for
/// devices of this control side alone. A device reads it at its start, so a key that is made in time outlasts every device that has read
/// it; those before it expire by themselves.
/// </summary>
/// <param name="keys">Where keys are known.</param>
/// <param name="folder">Where the file is; made where it is not there.</param>
/// <param name="control">Whose devices.</param>
/// <param name="longest">The longest time that a device is lent.</param>
/// <param name="time">The clock of keys.</param>
internal sealed class DeviceKeyFile(IKeyStore keys, string folder, ControlId control, TimeSpan longest, TimeProvider time)
{
    /// <summary>How often a new key is made.</summary>
    public static readonly TimeSpan Rotation = TimeSpan.FromDays(1);

    /// <summary>What a device needs to end in order when its time is over.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Its devices have ids that begin with this and a dash.</summary>
    public string Name { get; } = $"autoselect-{control}";

    public string Path { get; } = System.IO.Path.Combine(folder, $"autoselect-{control}.key");

    /// <summary>Makes a new key where there is none that is good for as long as a device may be lent.</summary>
    /// <returns>True where one was made.</returns>
    /// <exception cref="StoreUnavailableException">Keys cannot be looked up or stored.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public async Task<bool> Renew()
    {
        var (now, least) = (time.GetUtcNow(), longest + Margin);
        var known = await Read();
        if (known?.IsGoodAt(now) == true && known.Role == KeyRole.Device && known.ExpiresAt - now >= least) return false;
        var asked = new NewKey { Name = Name, Role = KeyRole.Device, Days = (least + Rotation).TotalDays };
        Write((await ApiKeys.Create(keys, asked, now)).Key);
        return true;
    }

    private async Task<KeyDescription?> Read()
    {
        try
        {
            return await keys.Find(ApiKeys.Digest((await File.ReadAllTextAsync(Path)).Trim()));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Write(string key)
    {
        OwnerFile.MakeFolder(folder);
        OwnerFile.Replace(Path, file => file.Write(Encoding.ASCII.GetBytes(key + "\n")));
    }
}
