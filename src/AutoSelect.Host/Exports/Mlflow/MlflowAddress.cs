using System.Net.Http.Headers;
using System.Text;

namespace AutoSelect.Host.Exports.Mlflow;

/// <summary>A tracking server of MLflow, with what lets in.</summary>
/// <param name="Server">Its address; its path ends with a slash.</param>
/// <param name="Credential">Value of the Authorization header; null for none. It is shown to nobody.</param>
internal sealed record MlflowAddress(Uri Server, AuthenticationHeaderValue? Credential)
{
    public const string Token = "MLFLOW_TRACKING_TOKEN", User = "MLFLOW_TRACKING_USERNAME", Password = "MLFLOW_TRACKING_PASSWORD";

    /// <param name="text">The address of the server.</param>
    /// <param name="variable">Looks up an environment variable: those that MLflow's own clients go by.</param>
    /// <exception cref="ArgumentException">The message gives the value and the rule.</exception>
    public static MlflowAddress Parse(string text, Func<string, string?> variable)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https")
            || server.UserInfo.Length > 0)
        {
            throw new ArgumentException(
                $"the address is '{text}': it must be http:// or https:// and a host, and no password; {Token}, or {User} and {Password}, "
                + "let in");
        }
        var credential = variable(Token) is { Length: > 0 } token ? new AuthenticationHeaderValue("Bearer", token)
            : variable(User) is { Length: > 0 } user
                ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{variable(Password)}")))
            : null;
        if (credential is not null && server.Scheme == Uri.UriSchemeHttp && !server.IsLoopback)
            throw new ArgumentException($"the address is '{server}': to send a password it must be https, or loopback");
        return new(new UriBuilder(server) { Path = server.AbsolutePath.TrimEnd('/') + "/" }.Uri, credential);
    }

    public override string ToString() => Server.ToString();
}
