using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Api.Access;

/// <summary>Makes API keys, and tells whether one lets its holder in.</summary>
public static partial class ApiKeys
{
    /// <summary>What every key begins with, so that it is recognised where it was left by mistake.</summary>
    public const string Prefix = "autoselect_";

    private const double MostDays = 3660;

    /// <summary>Makes a key of 256 random bits and stores its digest.</summary>
    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    /// <exception cref="StoreUnavailableException">Nothing was stored.</exception>
    public static async Task<CreatedKey> Create(IKeyStore keys, NewKey asked, DateTimeOffset now)
    {
        if (!Name().IsMatch(asked.Name))
        {
            throw new ArgumentException(
                $"name is '{asked.Name}': it must be 1 to 64 letters, digits, dashes, dots, underscores and at signs.", nameof(asked));
        }
        if (!Enum.IsDefined(asked.Role))
            throw new ArgumentException($"role is '{asked.Role}': it must be one of {string.Join(", ", Enum.GetNames<KeyRole>())}.");
        var project = asked.Project ?? KeyDescription.AllProjects;
        if (project != KeyDescription.AllProjects) ProjectNames.Check(project);
        if (asked.Role == KeyRole.Device && project != KeyDescription.AllProjects)
        {
            throw new ArgumentException(
                $"project is '{project}' and role {asked.Role}: devices work for every project, so their keys must be good for all.",
                nameof(asked));
        }
        if (asked.Days is not (> 0 and <= MostDays))
            throw new ArgumentException($"days is '{asked.Days}': it must be above 0 and up to {MostDays}.", nameof(asked));
        var key = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var description = new KeyDescription
        {
            Id = "k" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)),
            Name = asked.Name,
            Role = asked.Role,
            Project = project,
            CreatedAt = now,
            ExpiresAt = now.AddDays(asked.Days),
        };
        await keys.Add(description, Digest(key));
        return new CreatedKey(key, description);
    }

    /// <summary>What is stored in place of a key.</summary>
    public static string Digest(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    [GeneratedRegex(@"\A[A-Za-z0-9@._-]{1,64}\z")]
    private static partial Regex Name();
}
