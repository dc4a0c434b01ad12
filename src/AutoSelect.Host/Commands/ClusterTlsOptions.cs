using System.CommandLine;
using AutoSelect.Host.Control.Cluster;

namespace AutoSelect.Host.Commands;

/// <summary>The options of <c>serve</c> by which silos know each other.</summary>
internal sealed class ClusterTlsOptions
{
    private readonly Option<string?> certificate = File(
        "--cluster-certificate", "This silo's certificate in PEM, of --cluster-authority; needed where --address is not loopback.");

    private readonly Option<string?> key = File("--cluster-certificate-key", "Its private key in PEM.");

    private readonly Option<string?> authority = File(
        "--cluster-authority", "Certificate in PEM of the cluster's own authority: a silo without a certificate of it is not let in.");

    public void AddTo(Command command)
    {
        foreach (var option in (Option<string?>[])[certificate, key, authority]) command.Add(option);
    }

    /// <summary>Null where none of them is given.</summary>
    /// <exception cref="CommandFault">Not all of them are, or the files do not belong together.</exception>
    public ClusterTls? Read(ParseResult parsed)
    {
        string?[] given = [parsed.GetValue(certificate), parsed.GetValue(key), parsed.GetValue(authority)];
        if (given is [null, null, null]) return null;
        if (given is not [{ } file, { } keyFile, { } authorityFile])
        {
            throw new CommandFault(ExitCodes.BadInput,
                $"{certificate.Name}, {key.Name} and {authority.Name} must be given together: "
                + $"they are {string.Join(", ", given.Select(g => g is null ? "missing" : $"'{g}'"))}.");
        }
        try
        {
            return ClusterTls.Read(file, keyFile, authorityFile);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFault(ExitCodes.BadInput, $"{certificate.Name} is '{file}': {e.Message}");
        }
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
