using System.Net;
using AutoSelect.Host.Control.Hooks;

namespace AutoSelect.Host.Tests.Hooks;

/// <summary>Where notices may go.</summary>
public sealed class HookRulesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("2001::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    public void What_is_not_public_is_not_allowed(string address) =>
        Assert.False(HookRules.Public.Allows("hooks.example", IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2606:4700::1111")]
    public void What_is_public_is_allowed(string address) =>
        Assert.True(HookRules.Public.Allows("hooks.example", IPAddress.Parse(address)));

    [Fact]
    public void An_operator_allows_hosts_and_networks()
    {
        var rules = HookRules.Parse(["hooks.intern", "10.1.0.0/16", "192.168.7.7", "fd00:1::/32"]);
        Assert.True(rules.Allows("HOOKS.intern", IPAddress.Parse("10.9.0.1")));
        Assert.True(rules.Allows("other", IPAddress.Parse("10.1.255.1")));
        Assert.True(rules.Allows("other", IPAddress.Parse("::ffff:10.1.0.1")));
        Assert.True(rules.Allows("other", IPAddress.Parse("192.168.7.7")));
        Assert.True(rules.Allows("other", IPAddress.Parse("fd00:1::5")));
        Assert.False(rules.Allows("other", IPAddress.Parse("10.2.0.1")));
        Assert.False(rules.Allows("xhooks.intern", IPAddress.Parse("10.9.0.1")));
        Assert.Contains("'10.1.0.1/16/8': it must be the name of a host", Assert.Throws<ArgumentException>(
            () => HookRules.Parse(["10.1.0.1/16/8"])).Message);
    }
}
