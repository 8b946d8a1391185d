using System.Net;
using System.Text.Json;
using Mandate.Acceptance.Tests.Support;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>The OpenAPI document describes the API as it is.</summary>
public sealed class DescriptionTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly string[] Anonymous = ["/health/live", "/health/ready", "/.well-known/jwks.json"];

    [Fact]
    public async Task Document_EveryOperation_StatesSecurityErrorsAndParameters()
    {
        using var rest = fixture.WithToken(null);

        var document = Expect.Success(await rest.GetAsync("/openapi/v1.json"), HttpStatusCode.OK);

        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.");
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => (Path: p.Name, Operation: o.Value))).ToList();
        operations.Select(o => o.Path).Distinct().Order(StringComparer.Ordinal).ShouldBe(
        [
            "/.well-known/jwks.json", "/health/live", "/health/ready", "/v1/audit-events", "/v1/audit-events/{id}/proof", "/v1/audit-events/{id}/verify",
            "/v1/audit/checkpoints", "/v1/audit/consistency",
            "/v1/executions", "/v1/executions/{id}", "/v1/executions/{id}/api-token", "/v1/executions/{id}/signals/{name}",
        ]);
        foreach (var (path, operation) in operations.Where(o => !Anonymous.Contains(o.Path)))
        {
            operation.GetProperty("security").EnumerateArray().ShouldContain(s => s.EnumerateObject().Any(), path);
            foreach (var status in (string[])["400", "401", "403", "500", "503"])
                operation.GetProperty("responses").GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _).ShouldBeTrue($"{path} {status}");
            var declared = operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(p => p.GetProperty("name").GetString()).ToList() : [];
            path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}')).ShouldBeSubsetOf(declared.OfType<string>(), path);
        }

        operations.Single(o => o.Path == "/v1/executions").Operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json")
            .GetProperty("schema").GetProperty("properties").EnumerateObject().Select(p => p.Name).ShouldBe(["workflowType", "workflowId", "taskQueue", "input", "arguments"]);
    }

    [Fact]
    public async Task Keys_Published_HavePublicPartsOnly()
    {
        using var rest = fixture.WithToken(null);

        var keys = Expect.Success(await rest.GetAsync("/.well-known/jwks.json"), HttpStatusCode.OK).GetProperty("keys").EnumerateArray().ToList();

        var key = keys.ShouldHaveSingleItem();
        key.GetProperty("alg").GetString().ShouldBe("ES256");
        key.TryGetProperty("d", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Address_WithoutTheRightMethod_IsAProblem()
    {
        using var rest = fixture.As("alice", "acme");
        using var response = await rest.SendAsync(HttpMethod.Delete, "/v1/executions", content: null);

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("type").GetString().ShouldBe("urn:mandate:problem:method-not-allowed");
    }
}
