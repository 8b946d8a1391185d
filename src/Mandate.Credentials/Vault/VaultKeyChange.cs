namespace Mandate.Credentials.Vault;

/// <summary>Something that was done to the keys of a vault, kept in it until it is recorded elsewhere. It holds no key.</summary>
/// <param name="Id">Its own id; ids grow with time.</param>
/// <param name="Verb"><c>create</c>, <c>rotate</c> (the key wraps from now on), <c>rewrap</c> (everything is under it) or <c>retire</c>.</param>
/// <param name="KeyId">The key-encryption key.</param>
/// <param name="Entries">For <c>rewrap</c>, how many keys and secrets came under it.</param>
/// <param name="By">Who did it, as the operating system names him.</param>
/// <param name="At">When.</param>
public sealed record VaultKeyChange(string Id, string Verb, string KeyId, long Entries, string By, DateTimeOffset At)
{
    internal const string Create = "create";
    internal const string Rotate = "rotate";
    internal const string Rewrap = "rewrap";
    internal const string Retire = "retire";
}
