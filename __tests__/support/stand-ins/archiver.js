/** What cdktf packs assets with, and loads with everything else: half of its load time, and no stack has an asset. */
module.exports = () => {
  throw new Error("the unit tier packs no asset");
};
