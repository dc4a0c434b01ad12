namespace AutoSelect.Testing.Checkpoints;

/// <summary>
/// Credentials in the environment of the test process, which processes that it starts inherit: those of <see cref="SwiftServer"/>. What
/// looks for others on the network is switched off.
/// </summary>
public static class AwsCredentials
{
    public static void Set()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", SwiftServer.AccessKey);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", SwiftServer.SecretKey);
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
    }
}
