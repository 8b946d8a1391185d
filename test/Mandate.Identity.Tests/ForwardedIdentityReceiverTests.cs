using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using Mandate.Identity.Forwarding;
using Mandate.Identity.Receiving;
using Mandate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Tests;

/// <summary>The receiving side, behind an authentication that takes the caller's claims from the header <c>X-Test-Caller</c>.</summary>
public sealed class ForwardedIdentityReceiverTests : IAsyncLifetime, IDisposable
{
    private readonly RecordingLoggers _loggers = new();
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<ILoggerFactory>(_loggers);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (context.Request.Headers["X-Test-Caller"].ToString() is { Length: > 0 } caller)
                context.User = new(new ClaimsIdentity(caller.Split(';').Select(c => c.Split('=', 2)).Select(c => new Claim(c[0], c[1])), "Test", "sub", "role"));
            return next(context);
        });
        _app.UseForwardedIdentity(new ForwardedIdentityReceiverOptions { TrustedServices = ["orders"], RequiredScope = "forward" });
        _app.Run(context =>
        {
            var user = context.User;
            var actor = (user.Identity as ClaimsIdentity)?.Actor;
            var headers = string.Join(',', context.Request.Headers.Keys.Where(k => k.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)));
            return context.Response.WriteAsync(
                $"{user.FindFirst("sub")?.Value}|{user.FindFirst("tenant_id")?.Value}|{user.FindFirst("act")?.Value}|{actor?.FindFirst("sub")?.Value}|{headers}|{(Principal.TryGetCurrent(out var principal) ? principal : "")}");
        });
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    [Scenario("identity", 24)]
    public async Task Receive_FromATrustedService_IsTheUserWithTheServiceAsActor()
    {
        (await SendAsync("sub=orders;scope=read forward", ("X-Forwarded-User", ForwardedValue.Encode("älice 😀")), ("X-Forwarded-Tenant", "acme")))
            .ShouldBe((HttpStatusCode.OK, """älice 😀|acme|{"sub":"orders"}|orders||älice 😀@acme"""));
        _loggers.Lines.ShouldNotContain(l => l.Contains("ForwardedIdentity", StringComparison.Ordinal));
    }

    [Theory]
    [Scenario("identity", 24)]
    [InlineData(null, "||||", "an unknown caller")]
    [InlineData("sub=mallory;scope=forward", "mallory||||", "'mallory'")]
    [InlineData("sub=orders", "orders||||", "'orders'")]
    [InlineData("sub=orders;scope=forwarder", "orders||||", "'orders'")]
    [InlineData("sub=mallory;azp=orders;client_id=orders;scope=forward", "mallory||||", "'mallory'")]
    public async Task Receive_FromAnybodyElse_IsStrippedAndLogged(string? caller, string seen, string named)
    {
        (await SendAsync(caller, ("X-Forwarded-User", "alice"), ("x-forwarded-tenant", "acme"))).ShouldBe((HttpStatusCode.OK, seen + "|"));

        var line = _loggers.Lines.Single(l => l.Contains("ForwardedIdentityStripped", StringComparison.Ordinal));
        line.ShouldContain(named);
        line.ShouldContain("X-Forwarded-User, X-Forwarded-Tenant");
        line.ShouldNotContain("alice");
    }

    [Fact]
    public async Task Receive_WithoutHeaders_IsTheServiceItself() =>
        (await SendAsync("sub=orders;scope=forward")).ShouldBe((HttpStatusCode.OK, "orders|||||"));

    [Theory]
    [Scenario("identity", 26)]
    [InlineData("alice", null)]
    [InlineData(null, "acme")]
    [InlineData("alice bob", "acme")]
    [InlineData("%61lice", "acme")]
    [InlineData("%C3", "acme")]
    [InlineData("%0D%0AX-Admin:%20true", "acme")]
    [InlineData("alice", "$system")]
    [InlineData("", "acme")]
    public async Task Receive_WhatNobodyCanBeMadeOf_IsRefused(string? user, string? tenant)
    {
        var headers = new List<(string, string)>();
        if (user is not null)
            headers.Add(("X-Forwarded-User", user));
        if (tenant is not null)
            headers.Add(("X-Forwarded-Tenant", tenant));

        (await SendAsync("sub=orders;scope=forward", [.. headers])).Status.ShouldBe(HttpStatusCode.BadRequest);
        _loggers.Lines.ShouldContain(l => l.Contains("ForwardedIdentityUnusable", StringComparison.Ordinal));
    }

    [Fact]
    [Scenario("identity", 26)]
    public async Task Receive_HeaderTwiceOrTooLong_IsRefused()
    {
        (await SendLinesAsync("X-Test-Caller: sub=orders;scope=forward", "X-Forwarded-User: alice", "X-Forwarded-Tenant: acme")).ShouldStartWith("HTTP/1.1 200 ");
        (await SendLinesAsync("X-Test-Caller: sub=orders;scope=forward", "X-Forwarded-User: alice", "X-Forwarded-User: bob", "X-Forwarded-Tenant: acme")).ShouldStartWith("HTTP/1.1 400 ");
        (await SendLinesAsync("X-Test-Caller: sub=orders;scope=forward", "X-Forwarded-User: alice", "X-Forwarded-Tenant: acme", "X-Forwarded-Tenant: globex")).ShouldStartWith("HTTP/1.1 400 ");
        (await SendAsync("sub=orders;scope=forward", ("X-Forwarded-User", new string('a', 4_096)), ("X-Forwarded-Tenant", "acme"))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    [Scenario("identity", 26)]
    public void Send_HostileIdentifiers_AreRefusedBeforeTheyAreAnybody()
    {
        foreach (var id in (string[])["a\r\nX-Admin: true", "a\nb", "a\0b", new string('a', 4_096), "\ud800", " a", "a\u2028b"])
            Should.Throw<PrincipalException>(() => new Principal(id, "acme"));
    }

    /// <summary>Sends header lines as they are; HttpClient would join two of one name into one.</summary>
    private async Task<string> SendLinesAsync(params string[] headers)
    {
        var address = new Uri(_app.Urls.Single());
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", ["GET / HTTP/1.1", $"Host: {address.Authority}", "Connection: close", .. headers, "", ""])));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(string? caller, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _app.Urls.Single());
        if (caller is not null)
            request.Headers.Add("X-Test-Caller", caller);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        return (response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
    }
}
