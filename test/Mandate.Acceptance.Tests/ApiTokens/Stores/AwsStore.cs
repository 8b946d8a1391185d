using Mandate.Testing;
using Mandate.Testing.Stores;

namespace Mandate.Acceptance.Tests.ApiTokens.Stores;

/// <summary>AWS Secrets Manager, with keys in the environment.</summary>
internal sealed class AwsStore : ExternalStore
{
    private string? _key = "aws-planted-canary";
    private ScriptedSecretsManager _script = null!;
    private ScriptedHttpServer _server = null!;

    public override IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = "aws-planted-canary", ["AWS_REGION"] = "eu-central-1" };

    public static async Task<AwsStore> StartAsync()
    {
        var store = new AwsStore();
        store._script = new("eu-central-1", id => id == "AKIDEXAMPLE" ? store._key : null, TimeProvider.System);
        store._server = await ScriptedHttpServer.StartAsync(store._script.Answer);
        return store;
    }

    public override IReadOnlyDictionary<string, string> Settings(string prefix, string secretName) => new Dictionary<string, string>
    {
        [$"{prefix}__KIND"] = "AwsSecretsManager",
        [$"{prefix}__ADDRESS"] = _server.Address.ToString(),
        [$"{prefix}__SECRETNAME"] = secretName,
    };

    public override void Put(string secretName, string value) => _script.Secrets[secretName] = value;

    public override void PutKeys(string secretName, string json) => _script.Secrets[secretName] = json;

    public override void Refuse() => _key = "another";

    public override ValueTask DisposeAsync() => _server.DisposeAsync();
}
