namespace Mandate.Testing;

/// <summary>What a <see cref="ScriptedHttpServer"/> answers.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="ContentType">What the body is.</param>
public sealed record ScriptedAnswer(int Status, string Body = "", string ContentType = "application/json")
{
    /// <summary>Headers beside the content type.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
