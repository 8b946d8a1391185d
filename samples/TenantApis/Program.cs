// Two APIs that a sync calls, a CRM and a file store, so that the tenant-sync sample can be run on one machine:
//   dotnet run --project samples/TenantApis -- --crm http://127.0.0.1:9001 --files http://127.0.0.1:9002
// Each prints what it is asked and the beginning of the token that came along.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

const int Shown = 4;
var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
await Task.WhenAll(Api("crm", settings["crm"] ?? "http://127.0.0.1:9001").RunAsync(), Api("files", settings["files"] ?? "http://127.0.0.1:9002").RunAsync());

static WebApplication Api(string name, string address)
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.UseUrls(address);
    var app = builder.Build();
    app.MapGet("/{**path}", (string? path, HttpRequest request) =>
    {
        // A real API never prints a token, not even the beginning of one.
        var token = request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        Console.WriteLine($"{name,-5} GET /{path}  token {token[..Math.Min(Shown, token.Length)]}…");
        return token.Length > 0 ? Results.Ok() : Results.Unauthorized();
    });
    return app;
}
